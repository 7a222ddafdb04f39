/** Where the bundler put the module's file; hand it to `init`. */
declare const url: string;
export default url;
