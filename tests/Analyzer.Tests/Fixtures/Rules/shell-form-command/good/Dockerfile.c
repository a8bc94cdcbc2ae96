FROM debian:13
ENTRYPOINT exec node server.js
CMD migrate && serve
