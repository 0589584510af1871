import { either, list, type RouteProblem } from "./problem.ts";
import { type AlertReceiver, kindsOf, type ReceiverKind, type ReceiverSecret, receiverKinds, secretArgument, secretOf } from "./receiver.ts";
import { nobody } from "./routing.ts";

type Found = Generator<RouteProblem>;

export function* receiverProblems(receivers: AlertReceiver[]): Found {
  if (receivers.length === 0)
    yield { argument: "receivers", says: "names nobody; give at least one, with a name and one of email, slack, pagerDuty or webhook" };
  for (const [index, receiver] of receivers.entries()) {
    const at = `receivers.${index}`;
    yield* nameProblems(at, receiver, receivers.slice(0, index));
    const kinds = kindsOf(receiver);
    if (kinds.length === 0) yield { argument: at, says: `("${receiver.name}") has no way to people; give it one of ${list(receiverKinds)}` };
    if (kinds.length > 1) yield { argument: at, says: `("${receiver.name}") has ${list(kinds)}; make one receiver of each, and name both in the route` };
    for (const kind of kinds) yield* kindProblems(`${at}.${kind}`, kind, receiver);
  }
}

function* nameProblems(at: string, { name }: AlertReceiver, before: AlertReceiver[]): Found {
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    yield { argument: `${at}.name`, value: name, says: "is no name; use lower-case letters, digits and -, starting with a letter, such as oncall" };
  } else if (name === nobody) {
    yield { argument: `${at}.name`, value: name, says: "is the receiver of what is told to nobody; choose another" };
  }
  if (before.some((other) => other.name === name)) yield { argument: `${at}.name`, value: name, says: "stands twice; give each receiver a name of its own" };
}

function* kindProblems(at: string, kind: ReceiverKind, receiver: AlertReceiver): Found {
  const secret = secretOf[kind](receiver);
  const argument = `${at}.${secretArgument[kind]}`;
  if (kind === "email") yield* emailProblems(at, receiver.email!);
  else if (secret === undefined) yield { argument, says: `is missing: without its secret "${receiver.name}" gets nothing; ${secretMend}` };
  if (secret) yield* secretProblems(argument, secret, kind);
  const url = receiver.pagerDuty?.url;
  if (kind === "pagerDuty" && url !== undefined && !isAddress(url))
    yield { argument: `${at}.url`, value: url, says: "is no address; write it as https://events.eu.pagerduty.com/v2/enqueue" };
  const channel = receiver.slack?.channel;
  if (kind === "slack" && channel !== undefined && !/^[#@]?[^\s#@]+$/.test(channel))
    yield { argument: `${at}.channel`, value: channel, says: "is no channel; write it as #links" };
}

export const secretMend = "give its value, or secretName and key of a Secret that exists";

function* secretProblems(argument: string, { value, secretName, key }: ReceiverSecret, kind: ReceiverKind): Found {
  const referred = secretName !== undefined || key !== undefined;
  if (value === undefined && !referred) yield { argument, says: `is empty; ${secretMend}` };
  else if (value !== undefined && referred) yield { argument, says: "has both a value and a place; keep the one you mean" };
  else if (referred && (secretName === undefined || key === undefined)) {
    yield { argument: `${argument}.${secretName === undefined ? "secretName" : "key"}`, says: "is missing; a place is the name of a Secret and a key in it" };
  }
  // Text of an address that is a secret is checked, and never shown.
  if (typeof value === "string" && value === "") yield { argument: `${argument}.value`, says: `is an empty text; ${secretMend}` };
  else if (typeof value === "string" && kind !== "email" && kind !== "pagerDuty" && !isAddress(value)) {
    yield { argument: `${argument}.value`, says: "is no address; write it as https://host/path" };
  }
  if (secretName !== undefined && !/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(secretName)) {
    yield { argument: `${argument}.secretName`, value: secretName, says: "can't be the name of a Secret; use lower-case letters, digits, - and ." };
  }
  if (key !== undefined && !/^[\w.-]{1,253}$/.test(key))
    yield { argument: `${argument}.key`, value: key, says: "can't be a key of a Secret; use letters, digits, -, _ and ." };
}

function* emailProblems(at: string, email: NonNullable<AlertReceiver["email"]>): Found {
  const { to, from, smarthost, username, password } = email;
  if (to.length === 0) yield { argument: `${at}.to`, says: "names nobody; give at least one mail address" };
  for (const [index, address] of to.entries()) if (!isMail(address)) yield { argument: `${at}.to.${index}`, value: address, says: mailMend };
  if (!isMail(from)) yield { argument: `${at}.from`, value: from, says: mailMend };
  const port = Number(/^[A-Za-z0-9.-]+:(\d{1,5})$/.exec(smarthost)?.[1]);
  if (!(port > 0 && port < 65_536)) yield { argument: `${at}.smarthost`, value: smarthost, says: "is no server with a port; write it as smtp.example.org:587" };
  if (username !== undefined && email.requireTls === false && !smarthost.endsWith(":465")) {
    yield { argument: `${at}.requireTls`, says: "is false, and Alertmanager logs in over TLS only; leave it out, or remove username and password" };
  }
  if (username !== undefined && password === undefined) yield { argument: `${at}.password`, says: `is missing, and username is set; ${secretMend}` };
  if (username === undefined && password !== undefined)
    yield { argument: `${at}.username`, says: `is missing, and password is set; ${either(["give the name to log in with", "remove password"])}` };
}

const mailMend = "is no mail address; write it as team-links@example.org";
const isMail = (value: string) => /^[^\s@,<>]+@[^\s@,<>]+$/.test(value);
const isAddress = (value: string) => /^https?:\/\/[^\s/]+/.test(value) && URL.canParse(value);
