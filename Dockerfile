# syntax=docker/dockerfile:1
# One image, one binary, both shapes. The base images are pinned by digest where they are built (see deploy/).

FROM rust:1.95-bookworm AS chef
# With cargo-auditable a binary says which crates it is made of: scanners of images, and their bill of materials, see them.
RUN cargo install --locked cargo-chef@0.1.78 cargo-auditable@0.7.7
WORKDIR /src

FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM node:22-bookworm-slim AS page
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web .
RUN npm run build

FROM chef AS build
# librdkafka is built from source.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
COPY --from=plan /src/recipe.json .
RUN cargo chef cook --profile dist --locked --features cluster -p todo --recipe-path recipe.json
COPY . .
COPY --from=page /src/web/dist web/dist
RUN cargo auditable build --profile dist --locked --features cluster -p todo \
    && install -D -t /runtime "/lib/$(uname -m)-linux-gnu/libz.so.1" "/lib/$(uname -m)-linux-gnu/libgcc_s.so.1"

FROM gcr.io/distroless/base-debian12:nonroot
# The two libraries that the binary needs and the base does not have (tools/image-check).
COPY --from=build /runtime/ /usr/lib/
COPY --from=build /src/target/dist/todo /usr/local/bin/todo
# nonroot, as a number: Kubernetes must see that it is not root.
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["/usr/local/bin/todo", "healthy"]
ENTRYPOINT ["/usr/local/bin/todo"]
# Whoever runs it names the address and the keys that tokens are checked by (TODO_TOKEN_KEYS).
CMD ["backend"]
