// The size of a file as it is on disk and as servers send it, in bytes.
// As a program: prints the sizes of the files given to it.

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

export function sizes(path) {
  const bytes = readFileSync(path)
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length, // node's default is the highest quality
  }
}

function kilobytes(count) {
  return `${(count / 1000).toFixed(1)} kB`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const path of process.argv.slice(2)) {
    const { raw, gzip, brotli } = sizes(path)
    console.log(
      `${path}: ${kilobytes(raw)}, gzip ${kilobytes(gzip)}, brotli ${kilobytes(brotli)}`,
    )
  }
}
