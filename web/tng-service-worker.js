// Answers requests for the .tng pictures of <img> and of style sheets with PNG files. tng.js registers it: showImages().

import { decode } from "./tng-models.js";
import { encodePNG } from "./tng-png.js";

async function showPicture(request) {
  const response = await fetch(request.url, { credentials: "same-origin" });
  if (!response.ok) return response;
  const picture = await decode(new Uint8Array(await response.arrayBuffer()));
  return new Response(encodePNG(picture), { headers: { "Content-Type": "image/png" } });
}

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { destination, url } = event.request;
  if (destination !== "image" || !new URL(url).pathname.endsWith(".tng")) return;
  event.respondWith(showPicture(event.request));
});
