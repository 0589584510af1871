ARG APP
FROM ${APP}
COPY 9999_broken.sql migrations/
