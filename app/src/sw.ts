// The service worker: from the first visit on the app opens without a network. It keeps the files of one build and serves them
// together; acts live in the database, which it never touches. A newer build takes over when the app is next opened: it strands
// no queue, because every build reads the database of those before it.

declare const FILES: string[];
declare const BUILD: string;
declare const self: ServiceWorkerGlobalScope;
export {};

const CACHE = `custody-${BUILD}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("custody-") && name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const scope = new URL(self.registration.scope).pathname;
  if (event.request.method !== "GET" || address.origin !== self.location.origin || !address.pathname.startsWith(scope)) return;
  event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(event.request, { ignoreSearch: true })) ?? fetch(event.request)));
});
