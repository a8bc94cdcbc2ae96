FROM debian:13
ENTRYPOINT ["gosu", "app", "/app"]
