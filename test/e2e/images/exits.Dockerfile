# Migrates as the app does, and then is a server that ends at once.
ARG APP
FROM ${APP}
ENTRYPOINT []
CMD ["node", "--eval", "console.error('refusing to start, as this test wants it'); process.exit(3)"]
