/*
Shows our own page when a page cannot be reached; keeps that page and its look, and nothing else (kbl/site/offline.py).
*/
"use strict";

const KEPT = {% autoescape off %}{{ kept }}{% endautoescape %};

self.addEventListener("install", (event) => {
  const things = [KEPT.page, ...KEPT.files].map((url) => new Request(url, { credentials: "omit", cache: "no-cache" }));
  event.waitUntil(caches.open(KEPT.name).then((cache) => cache.addAll(things)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("kbl-offline-") && name !== KEPT.name);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const kept = async (url) => (await (await caches.open(KEPT.name)).match(url)) || Response.error();
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => kept(KEPT.page)));
  } else if (request.method === "GET" && KEPT.files.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => kept(request.url)));
  }
});
