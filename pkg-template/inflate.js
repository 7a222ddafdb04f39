// Undoes "deflate-raw" (RFC 1951) synchronously: the browser's DecompressionStream has to be
// awaited, and `new ExpressEngine()` cannot wait. Only for data that the build made: it does not
// check for damage.

const STORED = 0;
const FIXED = 1;
const END_OF_BLOCK = 256;
/** For the code length symbols 16, 17, 18: the least count, and the number of bits to add to it. */
const REPEATS = [
  [3, 2],
  [3, 3],
  [11, 7],
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

// For each length or distance code: the number of bits that follow it, and the base they add to.
const LENGTH_BITS = Array.from({ length: 28 }, (_, code) => (code < 8 ? 0 : (code >> 2) - 1));
const DISTANCE_BITS = Array.from({ length: 30 }, (_, code) => (code < 4 ? 0 : (code >> 1) - 1));
const LENGTH_BASES = [...basesOf(3, LENGTH_BITS), 258];
const DISTANCE_BASES = basesOf(1, DISTANCE_BITS);
LENGTH_BITS.push(0);

function basesOf(base, bits) {
  return bits.map((count) => {
    const here = base;
    base += 1 << count;
    return here;
  });
}

/** Returns the inflated bytes; `size` is their number. */
export function inflate(deflated, size) {
  const bits = new BitReader(deflated);
  const output = new Uint8Array(size);
  let written = 0;
  for (let isLast = 0; !isLast; ) {
    isLast = bits.take(1);
    const kind = bits.take(2);
    if (kind === STORED) {
      const stored = bits.takeStored();
      output.set(stored, written);
      written += stored.length;
    } else {
      const tables = kind === FIXED ? fixedTables() : readTables(bits);
      written = copyCoded(bits, tables, output, written);
    }
  }
  return output;
}

class BitReader {
  #bytes;
  #next = 0;
  #held = 0;
  #heldCount = 0; // less than 8 between calls

  constructor(bytes) {
    this.#bytes = bytes;
  }

  take(count) {
    while (this.#heldCount < count) {
      this.#held |= this.#bytes[this.#next++] << this.#heldCount;
      this.#heldCount += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#heldCount -= count;
    return value;
  }

  /** The bytes of a stored block, which begins with the next whole byte. */
  takeStored() {
    this.#held = this.#heldCount = 0;
    const length = this.take(16);
    this.take(16); // the same, negated
    this.#next += length;
    return this.#bytes.subarray(this.#next - length, this.#next);
  }

  /** Reads a symbol. Codes of one length are consecutive, so counts and an order define them. */
  decode({ counts, symbols }) {
    let code = 0;
    let first = 0;
    let place = 0;
    for (let length = 1; ; length += 1) {
      code |= this.take(1);
      const count = counts[length];
      if (code - first < count) return symbols[place + code - first];
      place += count;
      first = (first + count) << 1;
      code <<= 1;
    }
  }
}

/** Reads the codes that a block brings: those of literals and lengths, and those of distances. */
function readTables(bits) {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const own = Array(19).fill(0);
  for (let left = bits.take(4) + 4, i = 0; i < left; i += 1) {
    own[CODE_LENGTH_ORDER[i]] = bits.take(3);
  }
  const table = tableOf(own);
  const lengths = [];
  while (lengths.length < literals + distances) {
    const symbol = bits.decode(table);
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    const value = symbol === 16 ? lengths.at(-1) : 0;
    const [least, more] = REPEATS[symbol - 16];
    const times = least + bits.take(more);
    for (let i = 0; i < times; i += 1) lengths.push(value);
  }
  return [lengths.slice(0, literals), lengths.slice(literals)].map(tableOf);
}

/** Writes a block's bytes from `written` on; returns where they end. */
function copyCoded(bits, [literals, distances], output, written) {
  for (;;) {
    const symbol = bits.decode(literals);
    if (symbol === END_OF_BLOCK) return written;
    if (symbol < END_OF_BLOCK) {
      output[written++] = symbol;
      continue;
    }
    const code = symbol - END_OF_BLOCK - 1;
    const end = written + LENGTH_BASES[code] + bits.take(LENGTH_BITS[code]);
    const back = bits.decode(distances);
    const distance = DISTANCE_BASES[back] + bits.take(DISTANCE_BITS[back]);
    // Byte by byte: the source may overlap the bytes that this loop has just written.
    for (; written < end; written += 1) output[written] = output[written - distance];
  }
}

/** The Huffman code with these code lengths, one per symbol; 0 means that a symbol is unused. */
function tableOf(lengths) {
  const counts = Array(16).fill(0);
  for (const length of lengths) if (length) counts[length] += 1;
  const used = [...lengths.keys()].filter((symbol) => lengths[symbol]);
  return { counts, symbols: used.sort((a, b) => lengths[a] - lengths[b] || a - b) };
}

function fixedTables() {
  const lengths = (symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8);
  return [Array.from({ length: 288 }, (_, symbol) => lengths(symbol)), Array(30).fill(5)].map(
    tableOf,
  );
}
