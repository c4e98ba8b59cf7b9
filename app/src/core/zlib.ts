// zlib (RFC 1950) by the browser's own streams, bounded.

import { joined, Refused, type Bytes } from "./shared.ts";

/** What is compressed, by the runtime's choice of a form. */
export async function deflate(data: Bytes): Promise<Bytes> {
  const stream = new Blob([data]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What one zlib stream and nothing else inflates to, at most so many bytes; null where it is none. */
export async function inflate(data: Bytes, bytesMax: number): Promise<Bytes | null> {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts: Bytes[] = [];
  let size = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      const part = Uint8Array.from(step.value as Uint8Array);
      size += part.length;
      if (size > bytesMax) {
        await reader.cancel();
        return null;
      }
      parts.push(part);
    }
  } catch {
    return null;
  }
  return joined(...parts);
}

/** What a zlib stream inflates to that is followed by fewer than `count` zero bytes (transport.md T5). */
export async function inflatePadded(padded: Bytes, count: number, bytesMax: number): Promise<Bytes> {
  let end = padded.length;
  for (let cut = 0; cut < count && end > 0; cut += 1, end -= 1) {
    const data = await inflate(padded.slice(0, end), bytesMax);
    if (data !== null) return data;
    if (padded[end - 1] !== 0) break;
  }
  throw new Refused("transport-inflate", "What these codes carry cannot be decompressed, is too long, or is broken off.");
}
