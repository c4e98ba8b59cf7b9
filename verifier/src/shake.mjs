// SHAKE128 and SHAKE256 (FIPS 202): bytes are taken in, and as many given out as are asked for.
//
// A lane of 64 bits is two words of 32: the lower half at the even place, the upper half at the odd one after it.

const WIDTH = 5;
const LANES = WIDTH * WIDTH;
const ROUNDS = 24;
const OFFSETS = new Uint8Array(LANES);
const TARGETS = new Uint8Array(LANES);
const CONSTANTS = new Uint32Array(2 * ROUNDS);
makeOffsets();
makeConstants();

/** The endless output of SHAKE128 over bytes, byte by byte. */
export function shake128(bytes) {
  return squeezed(bytes, 168);
}

/** The endless output of SHAKE256 over bytes, byte by byte. */
export function shake256(bytes) {
  return squeezed(bytes, 136);
}

/** The next so many bytes of such an output. */
export function taken(output, count) {
  return Uint8Array.from({ length: count }, () => output.next().value);
}

function* squeezed(bytes, rate) {
  const state = new Uint32Array(2 * LANES);
  const padded = new Uint8Array((Math.floor(bytes.length / rate) + 1) * rate);
  padded.set(bytes);
  padded[bytes.length] ^= 0x1f;
  padded[padded.length - 1] ^= 0x80;
  for (let at = 0; at < padded.length; at += rate) {
    for (let place = 0; place < rate; place += 1) state[place >> 2] ^= padded[at + place] << (8 * (place & 3));
    permute(state);
  }
  for (;;) {
    for (let place = 0; place < rate; place += 1) yield (state[place >> 2] >>> (8 * (place & 3))) & 255;
    permute(state);
  }
}

/** Keccak-f[1600]: theta, rho and pi, chi, iota, 24 times (FIPS 202 section 3.3). */
function permute(state) {
  const moved = new Uint32Array(2 * LANES);
  for (let round = 0; round < ROUNDS; round += 1) {
    mixColumns(state);
    for (let lane = 0; lane < LANES; lane += 1) rotate(state, lane, moved);
    for (let word = 0; word < 2 * LANES; word += 1) {
      const [row, column] = [word - (word % 10), word % 10];
      state[word] = moved[word] ^ (~moved[row + ((column + 2) % 10)] & moved[row + ((column + 4) % 10)]);
    }
    state[0] ^= CONSTANTS[2 * round];
    state[1] ^= CONSTANTS[2 * round + 1];
  }
}

/** Theta: each lane takes in the parity of the column before it, and of the one after it turned by one bit. */
function mixColumns(state) {
  const parity = new Uint32Array(2 * WIDTH);
  for (let word = 0; word < 2 * LANES; word += 1) parity[word % 10] ^= state[word];
  for (let x = 0; x < WIDTH; x += 1) {
    const [before, after] = [2 * ((x + 4) % WIDTH), 2 * ((x + 1) % WIDTH)];
    const low = parity[before] ^ ((parity[after] << 1) | (parity[after + 1] >>> 31));
    const high = parity[before + 1] ^ ((parity[after + 1] << 1) | (parity[after] >>> 31));
    for (let lane = x; lane < LANES; lane += WIDTH) {
      state[2 * lane] ^= low;
      state[2 * lane + 1] ^= high;
    }
  }
}

/** Rho and pi: a lane, turned by its offset, in its new place. */
function rotate(state, lane, moved) {
  const by = OFFSETS[lane];
  const [low, high] = by < 32 ? [state[2 * lane], state[2 * lane + 1]] : [state[2 * lane + 1], state[2 * lane]];
  const rest = by % 32;
  moved[2 * TARGETS[lane]] = rest ? (low << rest) | (high >>> (32 - rest)) : low;
  moved[2 * TARGETS[lane] + 1] = rest ? (high << rest) | (low >>> (32 - rest)) : high;
}

function makeOffsets() {
  let [x, y] = [1, 0];
  for (let t = 0; t < ROUNDS; t += 1) {
    OFFSETS[x + WIDTH * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % WIDTH];
  }
  for (x = 0; x < WIDTH; x += 1) {
    for (y = 0; y < WIDTH; y += 1) TARGETS[x + WIDTH * y] = y + WIDTH * ((2 * x + 3 * y) % WIDTH);
  }
}

/** Iota's constants, out of the shift register of FIPS 202 algorithm 5. */
function makeConstants() {
  let register = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let j = 0; j <= 6; j += 1) {
      const bit = 2 ** j - 1;
      if (register & 1) CONSTANTS[2 * round + (bit >> 5)] ^= 1 << (bit & 31);
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
  }
}
