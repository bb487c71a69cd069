#!/usr/bin/env node
// The backend of a Shopify app, without OAuth: sessions, webhooks and a page over HTTP, with everything in
// Redis and nothing that stops when Redis does. From the environment: REDIS_ENDPOINT (HAProxy's address or
// that of Baton's router), REDIS_PASSWORD, SHOPIFY_API_SECRET, LISTEN such as 127.0.0.1:8080.
import { createServer } from "node:http";
import { createApp } from "./lib/app.mjs";
import { openRedis, watchCalls } from "./lib/redis.mjs";

const BODY_BYTES_MAX = 1024 * 1024;
const REQUEST_MS = 10_000;
/** What the slow neighbour takes: here it stands for Shopify's own API. */
const CATALOGUE_MS = 20;

const say = (line) => process.stdout.write(`${line}\n`);

function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function settingFrom(name, otherwise) {
  const value = process.env[name] ?? otherwise;
  return value === undefined || value === "" ? giveUp(`${name} is not set`) : value;
}

function placeFrom(name, otherwise) {
  const place = settingFrom(name, otherwise);
  return /^.+:\d{1,5}$/.test(place) ? place : giveUp(`${name} is ${place}, and not ADDRESS:PORT`);
}

/** @returns undefined where there is more than the app takes, said or found. */
async function bodyOf(request) {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) return undefined;
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const catalogueOf = (shop) =>
  new Promise((resolve) => setTimeout(resolve, CATALOGUE_MS, `Apples and pears of ${shop}`));

async function respond(app, request, response) {
  const body = await bodyOf(request);
  const { method, headers } = request;
  const path = new URL(request.url, "http://app.invalid").pathname;
  const answer =
    body === undefined
      ? { status: 413, body: "too much\n", headers: { connection: "close" } }
      : await app({ method, path, headers, body });
  response.writeHead(answer.status, {
    "content-type": answer.body.startsWith("<") ? "text/html; charset=utf-8" : "text/plain",
    "content-security-policy": "default-src 'none'",
    ...answer.headers,
  });
  response.end(answer.body);
}

const endpoint = placeFrom("REDIS_ENDPOINT", "127.0.0.1:6390");
const listen = placeFrom("LISTEN", "127.0.0.1:8080");
const redis = openRedis({
  endpoint,
  password: settingFrom("REDIS_PASSWORD"),
  username: process.env.REDIS_USERNAME,
});
const secret = settingFrom("SHOPIFY_API_SECRET");
const app = createApp({ redis, secret, catalogueOf, countLines: watchCalls(say), say });
const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (...both) => {
  // Whoever goes away in the middle of a request needs no answer.
  respond(app, ...both).catch(() => both[1].destroy());
});
const [, host, port] = /^(.+):(\d+)$/.exec(listen);
server.listen(Number(port), host, () => {
  const { address, port: own } = server.address();
  say(`listens at ${address}:${own}`);
});
for (const name of ["SIGINT", "SIGTERM"])
  process.on(name, () => {
    server.close(() => redis.close());
    server.closeIdleConnections();
  });
