FROM gcr.io/distroless/static:nonroot
CMD ["/app"]
