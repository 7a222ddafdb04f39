
/** Loads the module from where `source` says, or as which it is given, and starts it. */
async function load(source) {
    const isPlace = typeof source === 'string' || source instanceof URL || source instanceof Request;
    source = await (isPlace ? fetch(source) : source);
    if (source instanceof Response) {
        if (!source.ok) {
            throw new Error(`HTTP ${source.status}`);
        }
        // Streaming is refused without the MIME type application/wasm.
        const whole = source.clone();
        source = await WebAssembly.compileStreaming(source).catch(() => whole.arrayBuffer());
    }
    const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
    return __wbg_finalize_init(await WebAssembly.instantiate(module, __wbg_get_imports()));
}

/** Starts the module at once. */
function start(module) {
    __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()));
}

export { load as default, start, wasm };
