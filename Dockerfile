FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /dateline ./server \
 && mkdir -p /data && chown 65532:65532 /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /dateline /dateline
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV DATELINE_ADDR=:8080 DATELINE_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=40s CMD ["/dateline", "health"]
ENTRYPOINT ["/dateline"]
