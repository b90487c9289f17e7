// Signs what it is told on stdin, a JSON object {token, url, form} or {token, url, body} a line, with Twilio's own
// package; answers each with a line: the address to call and the signature.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { getExpectedBodyHash, getExpectedTwilioSignature } = createRequire(import.meta.url)("twilio");

for await (const line of createInterface({ input: process.stdin })) {
  const { token, url, form, body } = JSON.parse(line);
  const address = body === undefined ? url : `${url}?bodySHA256=${getExpectedBodyHash(body)}`;
  const signature = getExpectedTwilioSignature(token, address, form ?? {});
  process.stdout.write(JSON.stringify({ address, signature }) + "\n");
}
