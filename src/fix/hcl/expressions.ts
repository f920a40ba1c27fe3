import { HclFault, Reader } from './reader.ts'
import type { Expression, ObjectEntry, TemplatePart } from './syntax.ts'
import { bare, heredoc, type Inner, quoted } from './templates.ts'

const OPERATORS = ['==', '!=', '<=', '>=', '&&', '||', '<', '>', '+', '-', '*', '/', '%']

const INNER: Inner = {
  value: (reader) => {
    reader.take('~')
    const found = expression(reader, true)
    reader.skip(true)
    reader.take('~')
    reader.expect('}')
    return found
  },
  directive: (reader) => balanced(reader, '}'),
}

/** The parts of a text with templates in it; undefined: it is none. */
export function templateParts(text: string): readonly TemplatePart[] | undefined {
  try {
    return bare(new Reader(text), INNER)
  } catch (error) {
    if (error instanceof HclFault) return undefined
    throw error
  }
}

/** The expression that begins here. `newlines`: they mean nothing, as within parentheses and brackets. */
export const expression = (reader: Reader, newlines: boolean): Expression =>
  reader.within(() => operation(reader, newlines))

function operation(reader: Reader, newlines: boolean): Expression {
  reader.skip(newlines)
  const start = reader.at
  const found = term(reader, newlines)
  let isOpen = false
  for (;;) {
    const end = reader.at
    reader.skip(newlines)
    if (reader.take('?')) {
      expression(reader, newlines)
      reader.skip(newlines)
      reader.expect(':')
      expression(reader, newlines)
    } else if (!reader.is('=>') && OPERATORS.some((operator) => reader.take(operator))) {
      reader.skip(newlines)
      term(reader, newlines)
    } else {
      reader.at = end
      return isOpen ? { kind: 'open', start, end } : found
    }
    isOpen = true
  }
}

/** Term of an expression: a value with what is taken out of it, as `a.b[0].c`. */
function term(reader: Reader, newlines: boolean): Expression {
  const start = reader.at
  if (reader.take('!') || reader.take('-')) {
    reader.skip(newlines)
    reader.within(() => term(reader, newlines))
    return { kind: 'open', start, end: reader.at }
  }
  let found = primary(reader)
  for (;;) {
    if (reader.is('...') || !(reader.is('.') || reader.is('['))) return found
    if (reader.take('.')) {
      const step = reader.name()
      found =
        step !== undefined && found.kind === 'reference'
          ? { kind: 'reference', path: [...found.path, step], start, end: reader.at }
          : { kind: 'open', start, end: reader.at }
      if (step === undefined && !reader.take('*')) digits(reader)
    } else {
      reader.take('[')
      balanced(reader, ']')
      found = { kind: 'open', start, end: reader.at }
    }
    if (found.kind === 'open') found = { ...found, end: reader.at }
  }
}

function primary(reader: Reader): Expression {
  const start = reader.at
  if (reader.take('"')) {
    const parts = quoted(reader, INNER)
    const [only] = parts
    // A template of one value is that value.
    return parts.length === 1 && typeof only === 'object'
      ? { ...only, start, end: reader.at }
      : { kind: 'text', parts, start, end: reader.at }
  }
  if (reader.take('<<')) return { kind: 'heredoc', ...heredoc(reader, INNER), start, end: reader.at }
  if (reader.take('(')) {
    const found = expression(reader, true)
    reader.skip(true)
    reader.expect(')')
    return { ...found, start, end: reader.at }
  }
  if (reader.take('[')) return list(reader, start)
  if (reader.take('{')) return object(reader, start)
  if (digits(reader))
    return { kind: 'literal', value: Number(reader.text.slice(start, reader.at)), start, end: reader.at }
  const name = reader.name()
  if (name === undefined) throw new HclFault('a value is missing', start)
  return named(reader, name, start)
}

function named(reader: Reader, name: string, start: number): Expression {
  if (reader.take('(')) return call(reader, name, start)
  if (reader.take('::')) {
    // A function of a provider.
    reader.name()
    return named(reader, '', start)
  }
  if (name === '') return { kind: 'open', start, end: reader.at }
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true', start, end: reader.at }
  if (name === 'null') return { kind: 'literal', value: null, start, end: reader.at }
  return { kind: 'reference', path: [name], start, end: reader.at }
}

function call(reader: Reader, name: string, start: number): Expression {
  const args: Expression[] = []
  for (;;) {
    reader.skip(true)
    if (reader.take(')')) return { kind: 'call', name, args, start, end: reader.at }
    args.push(expression(reader, true))
    reader.skip(true)
    reader.take('...')
    reader.skip(true)
    if (!reader.take(',') && !reader.is(')')) throw new HclFault('`)` is missing', reader.at)
  }
}

function list(reader: Reader, start: number): Expression {
  const items: Expression[] = []
  for (;;) {
    reader.skip(true)
    if (items.length === 0 && isFor(reader)) return comprehension(reader, ']', start)
    if (reader.take(']')) return { kind: 'list', items, start, end: reader.at }
    items.push(expression(reader, true))
    reader.skip(true)
    if (!reader.take(',') && !reader.is(']')) throw new HclFault('`]` is missing', reader.at)
  }
}

function object(reader: Reader, start: number): Expression {
  const entries: ObjectEntry[] = []
  for (;;) {
    reader.skip(true)
    if (entries.length === 0 && isFor(reader)) return comprehension(reader, '}', start)
    if (reader.take('}')) return { kind: 'object', entries, start, end: reader.at }
    const at = reader.at
    const key = keyOf(expression(reader, false))
    reader.skip(false)
    if (!reader.take('=')) reader.expect(':')
    const value = expression(reader, false)
    entries.push({ key, value, start: at, end: reader.at })
    reader.skip(false)
    if (!reader.take(',') && !reader.is('\n') && !reader.is('}')) throw new HclFault('`}` is missing', reader.at)
  }
}

/** A key is a name or a text; in parentheses it is worked out. */
function keyOf(key: Expression): string | undefined {
  if (key.kind === 'reference' && key.path.length === 1) return key.path[0]
  if (key.kind === 'literal') return String(key.value)
  if (key.kind !== 'text' || key.parts.some((part) => typeof part !== 'string')) return undefined
  return key.parts.join('')
}

function isFor(reader: Reader): boolean {
  const start = reader.at
  const is = reader.name() === 'for'
  const next = reader.text.charAt(reader.at)
  reader.at = start
  return is && (next === ' ' || next === '\t' || next === '\n')
}

function comprehension(reader: Reader, end: ']' | '}', start: number): Expression {
  balanced(reader, end)
  return { kind: 'open', start, end: reader.at }
}

const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Past the bracket that closes what is open here, whatever stands between. */
function balanced(reader: Reader, closing: string): void {
  reader.within(() => toClosing(reader, closing))
}

function toClosing(reader: Reader, closing: string): void {
  const open: string[] = [closing]
  while (open.length > 0) {
    reader.skip(true)
    const char = reader.text.charAt(reader.at)
    if (reader.done) throw new HclFault(`\`${closing}\` is missing`, reader.at)
    const closes = Object.hasOwn(CLOSES, char) ? CLOSES[char] : undefined
    if (reader.take('"')) quoted(reader, INNER)
    else if (reader.is('<<') && /^<<-?[\p{L}_]/u.test(reader.text.slice(reader.at, reader.at + 4))) {
      reader.at += 2
      heredoc(reader, INNER)
    } else {
      if (closes !== undefined) open.push(closes)
      else if (char === open.at(-1)) open.pop()
      else if (char === ')' || char === ']' || char === '}') throw new HclFault(`\`${char}\` closes nothing`, reader.at)
      reader.at++
    }
  }
}

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function digits(reader: Reader): boolean {
  return reader.run(NUMBER) !== undefined
}
