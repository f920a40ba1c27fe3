import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server'

/** An answer to what is no message: https://www.jsonrpc.org/specification, 5.1. */
export interface Refusal {
  readonly jsonrpc: '2.0'
  /** Of the request, where it has one that can be told. */
  readonly id: string | number | null
  readonly error: { readonly code: number; readonly message: string }
}

/** A message; or how a line that is none is answered; undefined where nobody waits for an answer. */
export type Read = { readonly message: JSONRPCMessage } | { readonly refusal: Refusal | undefined }

const NOT_JSON = -32700
const NO_REQUEST = -32600
const WRONG_PARAMS = -32602

export function readMessage(line: string): Read {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { refusal: refusal(null, NOT_JSON, 'Parse error: the line is no JSON') }
  }
  const message = messageOf(value)
  return message === undefined ? { refusal: refusalOf(value) } : { message }
}

export const tooLong = (megabytes: number): Refusal =>
  refusal(null, NO_REQUEST, `Invalid Request: the line is longer than ${megabytes} MB`)

function messageOf(value: unknown): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(value)
  } catch {
    return undefined
  }
}

function refusalOf(value: unknown): Refusal | undefined {
  if (Array.isArray(value)) return refusal(null, NO_REQUEST, 'Invalid Request: send each message on a line of its own')
  if (typeof value !== 'object' || value === null)
    return refusal(null, NO_REQUEST, 'Invalid Request: a message is an object')
  const { id, method, params, ...rest } = value as Readonly<Record<string, unknown>>
  // An answer is not answered, and a notification neither.
  if (method === undefined && ('result' in rest || 'error' in rest)) return undefined
  const isRequest = messageOf({ ...rest, id, method }) !== undefined
  if (isRequest && params !== undefined)
    return refusal(idOf(id), WRONG_PARAMS, 'Invalid params: `params` is an object, and so is its `_meta`')
  if (!('id' in value) && messageOf({ ...rest, method }) !== undefined) return undefined
  return refusal(
    idOf(id),
    NO_REQUEST,
    'Invalid Request: a request has `jsonrpc` "2.0", an `id`, a `method` and `params`, and no more',
  )
}

const idOf = (id: unknown): string | number | null => (typeof id === 'string' || typeof id === 'number' ? id : null)

const refusal = (id: Refusal['id'], code: number, message: string): Refusal => ({
  jsonrpc: '2.0',
  id,
  error: { code, message },
})
