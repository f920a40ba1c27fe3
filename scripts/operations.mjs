/**
 * Regenerates test/intake/data/operations.txt.br, every operation of the API models of aws-sdk v2 (Apache-2.0), from the
 * package pinned in scripts/facts/package.json: `node scripts/operations.mjs` after `npm ci` in scripts/facts. One line
 * a service: `serviceId<TAB>signing name or endpoint<TAB>operations`; a `-` before an operation says that the model does
 * not sign it with AWS credentials.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const models = join(here, 'facts', 'node_modules', 'aws-sdk', 'apis')
const target = join(here, '..', 'test', 'intake', 'data', 'operations.txt.br')

if (!existsSync(models)) {
  console.error('aws-sdk is not installed: run `npm ci --ignore-scripts` in scripts/facts')
  process.exit(2)
}

const services = new Map()
for (const file of readdirSync(models)
  .filter((name) => name.endsWith('.min.json'))
  .sort()) {
  const { metadata, operations } = JSON.parse(readFileSync(join(models, file), 'utf8'))
  const id = metadata.serviceId ?? metadata.serviceFullName
  const service = services.get(id) ?? { source: metadata.signingName ?? metadata.endpointPrefix, operations: new Map() }
  services.set(id, service)
  for (const [name, operation] of Object.entries(operations)) {
    const isSigned = metadata.signatureVersion !== 'bearer' && !/^(?:none|bearer)$/.test(operation.authtype ?? 'v4')
    service.operations.set(name, isSigned || service.operations.get(name) === true)
  }
}

const lines = [...services]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([id, { source, operations }]) => {
    const names = [...operations].sort(([a], [b]) => (a < b ? -1 : 1))
    return [id, source, names.map(([name, isSigned]) => `${isSigned ? '' : '-'}${name}`).join(' ')].join('\t')
  })
const text = lines.join('\n')
writeFileSync(
  target,
  brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
    },
  }),
)
const count = [...services.values()].reduce((sum, { operations }) => sum + operations.size, 0)
console.log(`${services.size} services, ${count} operations`)
