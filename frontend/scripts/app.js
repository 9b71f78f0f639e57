// Makes the console an app: the service worker keeps the day that was seen last. Nothing else needs it.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/console/service-worker.js", { scope: "/console" });
