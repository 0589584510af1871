import { app, cases, proofs } from "./case.ts";

const up = { [app("up")]: "1x60" };
const closes = (code: string) => app("websocket_closes_total", { code });
const open = (used: string, most: string, instance = "a") => ({
  [app("websocket_connections", { instance })]: used,
  [app("websocket_connections_max", { instance })]: most,
});

export const webSocketCases = [
  ...cases(
    "AppWebSocketAbnormalCloses",
    [
      { situation: "23 % break off", fires: true, series: { ...up, [closes("1000")]: "0+77x60", [closes("1006")]: "0+23x60" } },
      { situation: "all of a hundred break off, of which none was counted before", fires: true, at: "21m", series: { ...up, [closes("1006")]: "_x15 100x45" } },
      { situation: "18 % break off", fires: false, series: { ...up, [closes("1000")]: "0+82x60", [closes("1006")]: "0+18x60" } },
      {
        situation: "23 closes in ten minutes, a third of them abnormal",
        fires: true,
        series: { ...up, [closes("1000")]: "0+1.5x60", [closes("1006")]: "0+0.8x60" },
      },
      { situation: "17 closes in ten minutes, all of them abnormal", fires: false, series: { ...up, [closes("1006")]: "0+1.7x60" } },
      { situation: "a rollout closes every connection with 1012", fires: false, series: { ...up, [closes("1012")]: "0x20 5000x40" } },
      {
        situation: "most broke off, three minutes ago for the first time",
        fires: false,
        at: "23m",
        series: { ...up, [closes("1000")]: "0+10x60", [closes("1006")]: "0x20 0+100x40" },
      },
      {
        situation: "a pod with many old abnormal closes restarts",
        fires: false,
        series: { ...up, [closes("1000")]: "0+100x20 0+100x40", [closes("1006")]: "700x20 0x40" },
        proves: proofs.reset,
      },
      { situation: "nobody ever connected", fires: false, series: up, proves: proofs.absent },
    ],
    { at: "30m" },
  ),
  ...cases("AppWebSocketConnectionsAtLimit", [
    { situation: "one of two pods is at 95 %", fires: true, series: { ...open("950x20", "1000x20", "a"), ...open("100x20", "1000x20", "b") } },
    { situation: "89 % in use", fires: false, series: open("890x20", "1000x20") },
    { situation: "a burst of three minutes", fires: false, at: "8m", series: open("100x4 1000x3 100x20", "1000x20") },
    { situation: "no maximum is set", fires: false, series: open("950x20", "0x20") },
    { situation: "the maximum is not reported", fires: false, series: { [app("websocket_connections")]: "950x20" }, proves: proofs.absent },
  ]),
];
