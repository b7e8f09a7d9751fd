// A page's view of the API: gRPC-Web over HTTP/1.1 with connect-web, the errors' details included, and what a browser
// asks before it lets a page of another origin call.
//
// usage: node grpc_web.mjs target/demo/demo.json api.binpb http://127.0.0.1:3000
// api.binpb is what `buf build -o api.binpb` writes; needs @connectrpc/connect-web and @bufbuild/protobuf

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

const [, , report, image, origin] = process.argv;
const demo = JSON.parse(readFileSync(report, "utf8"));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(image)));
const baseUrl = `http://${demo.api}`;

const withKey = (next) => (request) => {
  request.header.set("x-portal-key", demo.portal_key);
  request.header.set("origin", origin);
  return next(request);
};
const transport = createGrpcWebTransport({ baseUrl, interceptors: [withKey] });
const client = (name) => createClient(registry.getService(`komunala.v1.${name}`), transport);

const provider = await client("ProviderService").getProvider({ name: "providers/gas-ruma" });
assert.equal(provider.name, "providers/gas-ruma");
assert.ok(provider.capabilities.includes("invoices"));

const refused = await client("AccountService")
  .signIn({ email: "no@body", password: "" })
  .then(() => assert.fail("a half address was let through"), ConnectError.from);
assert.equal(refused.code, Code.InvalidArgument);
const [reason] = refused.findDetails(registry.getMessage("google.rpc.ErrorInfo"));
assert.equal(reason.domain, "komunala");
const [bad] = refused.findDetails(registry.getMessage("google.rpc.BadRequest"));
assert.ok(bad.fieldViolations.some((violation) => violation.field === "email"));

// what a browser asks first, and what it must be told so that the page may read why a call failed
const ask = (from) =>
  fetch(`${baseUrl}/komunala.v1.ProviderService/GetProvider`, {
    method: "OPTIONS",
    headers: {
      origin: from,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-grpc-web,x-portal-key,authorization",
    },
  });
const allowed = await ask(origin);
assert.equal(allowed.headers.get("access-control-allow-origin"), origin);
assert.match(allowed.headers.get("access-control-allow-headers"), /x-portal-key/i);
const stranger = await ask("https://elsewhere.example");
assert.notEqual(stranger.headers.get("access-control-allow-origin"), "https://elsewhere.example");

const post = await fetch(`${baseUrl}/komunala.v1.ProviderService/GetProvider`, {
  method: "POST",
  headers: { origin, "content-type": "application/grpc-web+proto", "x-grpc-web": "1" },
  body: new Uint8Array(5),
});
assert.match(post.headers.get("access-control-expose-headers"), /grpc-status-details-bin/i);

console.log(`gRPC-Web: ${provider.displayName}, and an error that names ${bad.fieldViolations[0].field}`);
