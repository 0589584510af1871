# The same app under another digest.
ARG APP
FROM ${APP}
ARG RUN
LABEL org.opencontainers.image.revision="next-${RUN}"
