FROM debian:13
SHELL ["/bin/bash", "-c"]
CMD node server.js
