# Orderly in production: Node runs the TypeScript as it is, so there is no build step, only the run-time dependencies.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without dev and optional packages: no embedded database, no test tools, no second Node.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY src ./src
# What Node compiles at the first start is kept in the image: ready in half the time, and less memory.
ENV NODE_COMPILE_CACHE=/app/compiled
RUN node --input-type=module -e "await import('/app/src/app.ts')"
# Comes with the image, has no rights to /app beyond reading. Orderly writes no file, so the root may be read-only.
USER node
EXPOSE 8080
# Only "this process answers". What it needs (database, Redis, Discord) is GET /readyz: restarting Orderly mends none of those.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "src/main.ts"]
