FROM debian:13
COPY . .
RUN make
