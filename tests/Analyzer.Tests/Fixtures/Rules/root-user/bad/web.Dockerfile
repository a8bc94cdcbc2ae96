FROM debian:13
USER app
USER root
CMD ["/app"]
