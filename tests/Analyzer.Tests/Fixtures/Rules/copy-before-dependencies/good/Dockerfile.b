FROM golang:1.26
COPY . .
RUN --mount=type=cache,target=/go go mod download
