/** SQLSTATE classes and codes that speak of the server, not of the statement: connection, resources, shutdown, login, time-out. */
const serverCodes = /^(08|53|57P|57014|28|3D000|25006|55P03)/;
const systemCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|EACCES)/;
/** The server can't prove who it is: a connection that is refused, not a statement. */
const certificateCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_|UNABLE_TO_)/;
/** What pg and its pool say without a code. */
const messages =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|Cannot use a pool|does not support SSL/;

/** Whether an error of a query means that the database can't be used now. */
export function isPostgresOutage(error: Error & { code?: string; errors?: Error[] }): boolean {
  if (error.errors?.length) return error.errors.some(isPostgresOutage);
  const code = error.code ?? "";
  return serverCodes.test(code) || systemCodes.test(code) || certificateCodes.test(code) || messages.test(error.message);
}
