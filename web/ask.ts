import type { AnswerLine, DiagnoseAnswer, DiagnoseBody, NoDenialBody, SnapshotsAnswer } from '#http/wire.ts'
import { jsonBody } from './in-turns.ts'

/** A fault as the service tells it. */
export interface Fault {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly result?: DiagnoseAnswer
}

export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

const TOKEN = 'denytrace-token'

/** For this tab alone, and gone with it. */
export const keepToken = (token: string): void => sessionStorage.setItem(TOKEN, token)

const authorization = (): Record<string, string> => {
  const token = sessionStorage.getItem(TOKEN)
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

type Refused = Extract<Asked<never>, { readonly ok: false }>

const noAnswer = (message: string): Refused => ({
  ok: false,
  fault: { status: 0, code: 'page/no-answer', message, hint: 'Is `denytrace serve` still running?' },
})

/** Sends a question; `signal` takes it back. */
const send = async (path: string, body?: unknown, signal?: AbortSignal, accept = '*/*'): Promise<Response> =>
  fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...authorization(), accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: await jsonBody(body) }),
    signal: signal ?? null,
  })

const faultOf = (status: number, { error, result }: NoDenialBody): Refused => ({
  ok: false,
  fault: { status, ...error, ...(result === undefined ? {} : { result }) },
})

/** What the service answers. */
async function heard<T>(answer: Response): Promise<Asked<T>> {
  const value = (await answer.json()) as T & NoDenialBody
  return answer.ok ? { ok: true, value } : faultOf(answer.status, value)
}

/** Asks the service. */
export async function ask<T>(path: string, body?: unknown): Promise<Asked<T>> {
  try {
    return await heard(await send(path, body))
  } catch {
    return noAnswer('The service does not answer.')
  }
}

const LINES = 'application/x-ndjson'

/** Asks of a denial, once; `tell` hears how far the service is, and the layers before any fix is looked for. */
export async function diagnose(
  body: DiagnoseBody,
  signal: AbortSignal,
  tell: (line: AnswerLine) => void,
): Promise<Asked<DiagnoseAnswer>> {
  let isBegun = false
  try {
    const response = await send('/api/diagnose', body, signal, LINES)
    if (response.body === null || response.headers.get('content-type')?.startsWith(LINES) !== true)
      return await heard(response)
    isBegun = true
    const {
      answer,
      status = 0,
      fault,
    } = (await (await import('./answer-lines.ts')).lastLineOf(response.body, tell)) ?? {}
    if (answer !== undefined) return { ok: true, value: answer }
    if (fault !== undefined) return faultOf(status, fault)
  } catch {
    // Told below.
  }
  return noAnswer(isBegun ? 'The answer broke off.' : 'The service does not answer.')
}

export const snapshots = (): Promise<Asked<SnapshotsAnswer>> => ask('/api/snapshots')
