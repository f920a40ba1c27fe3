#!/usr/bin/env node
/**
 * Stands in for the AWS CLI: writes down how it was called, and keeps documents by what the call names. It reads a document
 * from `file://` as the CLI does. STUB is its folder; accounts.json says of which account a profile is.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'

const folder = process.env['STUB'] ?? ''
const words = process.argv.slice(2)
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(words)}\n`)

const [service, verb, ...rest] = words
const options = new Map()
for (let i = 0; i < rest.length; i++) {
  const word = rest[i]
  if (!word.startsWith('--')) throw new Error(`no option: ${word}`)
  const at = word.indexOf('=')
  if (at > 0) options.set(word.slice(0, at), word.slice(at + 1))
  else if (word === '--set-as-default') options.set(word, '')
  else options.set(word, rest[++i])
}

const NOT_NAMES = /^--(?:query|region|profile|output|attribute-names?|policy-name-|set-as-default|version-id)$/
const DOCUMENTS = /^--(?:policy-document|policy|content|attributes|attribute-value|resource-policy|policy-text)$/
const NONE = { 'get-role-policy': 'NoSuchEntity', 'get-bucket-policy': 'NoSuchBucketPolicy' }

const names = [...options]
  .filter(([name]) => !NOT_NAMES.test(name) && !DOCUMENTS.test(name))
  .map(([, value]) => value)
  .sort()
const key = createHash('sha256')
  .update(JSON.stringify([service, names]))
  .digest('hex')
const kept = join(folder, `${key}.json`)
const profile = options.get('--profile') ?? ''

function answer() {
  if (verb === 'get-caller-identity') return JSON.parse(readFileSync(join(folder, 'accounts.json'), 'utf8'))[profile]
  if (/^Role\.Arn|^User\.Arn|^Group\.Arn/.test(options.get('--query') ?? '')) return '"arn"'
  if (/^(?:put|set|update|modify|create-policy-version)/.test(verb)) {
    const [, value] = [...options].find(([name]) => DOCUMENTS.test(name))
    const text = value.startsWith('file://') ? readFileSync(value.slice('file://'.length), 'utf8') : value
    writeFileSync(kept, service === 'sqs' ? JSON.parse(text).Policy : text)
    if (existsSync(join(folder, 'fails')) && readFileSync(join(folder, 'fails'), 'utf8') === verb) process.exit(254)
    return ''
  }
  if (verb.startsWith('delete')) return writeFileSync(kept, 'null')
  if (verb === 'list-policy-versions') return options.get('--query').startsWith('length') ? '1' : '"v1"'
  if (verb === 'get-policy') return '"v1"'
  if (existsSync(kept) && readFileSync(kept, 'utf8') !== 'null') return JSON.stringify(readFileSync(kept, 'utf8'))
  if (NONE[verb] === undefined) return 'null'
  process.stderr.write(`An error occurred (${NONE[verb]}) when calling the operation: there is none\n`)
  process.exit(254)
}
process.stdout.write(`${answer() ?? ''}\n`)
