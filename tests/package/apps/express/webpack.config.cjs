module.exports = {
  mode: "production",
  context: __dirname,
  entry: "./main.js",
  output: { path: `${__dirname}/dist/webpack`, filename: "main.js" },
  // The whole SDK is in the script.
  performance: { hints: false },
};
