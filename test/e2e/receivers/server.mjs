// Stands in for Slack, PagerDuty, a webhook, a heartbeat service and a mail server; keeps what it got. Runs in a pod, from a ConfigMap.
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";

const got = [];
const keep = (kind, message) => {
  const entry = { kind, at: new Date().toISOString(), ...message };
  got.push(entry);
  console.log(JSON.stringify(entry));
};

/** What each service answers: Slack a word, PagerDuty 202 and the key of the incident. */
const answers = {
  "/slack": ["slack", () => [200, "ok"]],
  "/pagerduty/v2/enqueue": ["pagerDuty", (body) => [202, JSON.stringify({ status: "success", dedup_key: body.dedup_key })]],
  "/webhook": ["webhook", () => [200, ""]],
  "/heartbeat": ["heartbeat", () => [200, ""]],
};

createServer(async (request, response) => {
  const url = new URL(request.url, "http://receivers");
  if (request.method === "GET") {
    const kind = url.searchParams.get("kind");
    response.setHeader("content-type", "application/json");
    return response.end(JSON.stringify(got.filter((entry) => kind === null || entry.kind === kind)));
  }
  let text = "";
  for await (const chunk of request) text += chunk;
  const [kind, answer] = answers[url.pathname] ?? [];
  if (!kind) return response.writeHead(404).end();
  const body = JSON.parse(text);
  keep(kind, { token: url.searchParams.get("token"), body });
  const [status, said] = answer(body);
  response.writeHead(status).end(said);
}).listen(8080);

/** As much of RFC 5321 as Alertmanager speaks to a relay without log-in: to others it speaks over TLS only. */
createSocket((socket) => {
  let [mail, data, buffer] = [{ to: [] }, undefined, ""];
  const say = (line) => socket.write(`${line}\r\n`);
  const commands = {
    EHLO: () => socket.write("250-receivers\r\n250 8BITMIME\r\n"),
    HELO: () => say("250 receivers"),
    MAIL: (rest) => {
      mail.from = /<(.*?)>/.exec(rest)[1];
      say("250 ok");
    },
    RCPT: (rest) => {
      mail.to.push(/<(.*?)>/.exec(rest)[1]);
      say("250 ok");
    },
    DATA: () => {
      data = [];
      say("354 end with a dot");
    },
    QUIT: () => socket.end("221 bye\r\n"),
  };
  socket.on("error", () => {});
  socket.setEncoding("utf8").on("data", (chunk) => {
    buffer += chunk;
    for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (data && line !== ".") data.push(line.replace(/^\.\./, "."));
      else if (data) {
        keep("email", { ...mail, source: data.join("\n") });
        [mail, data] = [{ to: [] }, undefined];
        say("250 kept");
      } else {
        const [word, ...rest] = line.split(" ");
        (commands[word.toUpperCase()] ?? (() => say("502 unknown")))(rest.join(" "));
      }
    }
  });
  say("220 receivers");
}).listen(2525);
