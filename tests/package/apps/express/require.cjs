// What `require` gives, and Node's `import` of the same files.

const { ZegoExpressEngine, WebRTCUtil } = require("zego-express-engine-webrtc");
const { AiDenoise } = require("zego-express-engine-webrtc/aidenoise");

Promise.all([
  import("zego-express-engine-webrtc"),
  import("zego-express-engine-webrtc/esm/ZegoExpressWebRTC.esm.js"),
]).then(([common, module]) => {
  const names = (exports) => Object.keys(exports).filter((name) => /^[a-z]/i.test(name));
  console.log(
    JSON.stringify({
      kinds: [ZegoExpressEngine, WebRTCUtil].map((value) => typeof value),
      isOne: common.ZegoExpressEngine === ZegoExpressEngine,
      names: names(common),
      moduleNames: names(module),
      version: ZegoExpressEngine.version,
      optional: AiDenoise.type,
    }),
  );
});
