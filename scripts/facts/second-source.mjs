import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { byCodeUnit } from './write.mjs'

/**
 * The actions of each service by a second reader of AWS's reference, iam-floyd: prefix → names. Its files are generated, and
 * list the actions of a service as strings by access level, so they are read as text and nothing of them is run.
 */
export function secondSource({ folder }) {
  const generated = join(folder, 'lib', 'generated', 'policy-statements')
  const found = new Map()
  for (const file of readdirSync(generated)
    .filter((name) => name.endsWith('.js'))
    .sort(byCodeUnit)) {
    const text = readFileSync(join(generated, file), 'utf8')
    const prefix = /this\.servicePrefix = '([^']+)'/.exec(text)?.[1]
    const lists = /this\.accessLevelList = \{([^}]*)\}/.exec(text)?.[1]
    if (prefix === undefined) continue
    const names = [...(lists ?? '').matchAll(/^ {16}'([A-Za-z0-9_-]+)'/gm)].map(([, name]) => name)
    found.set(prefix, [...(found.get(prefix) ?? []), ...names])
  }
  if (found.size < 300) throw new Error('iam-floyd is laid out in a new way: its actions were not found')
  return found
}

/**
 * What one source has and the other has not, both read by the same rule: `service:*` for a service that the other lacks, else
 * `service:Action`. A name that differs in letter case alone is the same action.
 */
export function differences(first, second) {
  return { onlyFirst: missingIn(first, second), onlySecond: missingIn(second, first) }
}

function missingIn(has, other) {
  const missing = [...has].flatMap(([prefix, names]) => {
    const known = other.get(prefix)
    if (known === undefined) return [`${prefix}:*`]
    const lower = new Set(known.map((name) => name.toLowerCase()))
    return names.filter((name) => !lower.has(name.toLowerCase())).map((name) => `${prefix}:${name}`)
  })
  return [...new Set(missing)].sort(byCodeUnit)
}
