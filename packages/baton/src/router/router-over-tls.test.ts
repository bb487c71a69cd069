// What is promised of sessions holds word for word when clients and nodes speak TLS: these are the same tests
// again.
import { ROUTER, speakTls } from "./sockets.fixture.ts";
import { newMaterial } from "./tls.fixture.ts";

speakTls(await newMaterial([ROUTER]));
await import("./router.test.ts");
await import("./router-end.test.ts");
await import("./router-hold.test.ts");
await import("./router-loss.test.ts");
await import("./router-move.test.ts");
await import("./router-route.test.ts");
await import("./router-seams.test.ts");
await import("./read-router.test.ts");
await import("./visits.test.ts");
