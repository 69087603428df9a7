// Everything is kept at install and served from there first: the page works without a network.
const CACHE = `kubarium-${__VERSION__}`;
const FILES = __FILES__;

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'no-cache' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

async function dropOldCaches() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('kubarium-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener('activate', (event) => event.waitUntil(dropOldCaches()));

async function answer(request) {
  const cache = await caches.open(CACHE);
  const isPage = request.mode === 'navigate';
  // Some servers answer `Vary: Origin`, which would miss for crossorigin scripts.
  const options = { ignoreVary: true, ignoreSearch: isPage };
  return (await cache.match(isPage ? './' : request, options)) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(answer(request));
});
