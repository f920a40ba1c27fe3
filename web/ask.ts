import type { DiagnoseAnswer, DiagnoseBody, ErrorBody, NoDenialBody, SnapshotsAnswer } from '#http/wire.ts'
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

/** Asks the service; `signal` takes the question back, and what is answered then is dropped by whoever asked. */
export async function ask<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<Asked<T>> {
  try {
    const answer = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...authorization(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: await jsonBody(body) }),
      signal: signal ?? null,
    })
    const value = (await answer.json()) as T & NoDenialBody
    if (answer.ok) return { ok: true, value }
    const { error, result } = value as ErrorBody & NoDenialBody
    return { ok: false, fault: { status: answer.status, ...error, ...(result === undefined ? {} : { result }) } }
  } catch {
    return {
      ok: false,
      fault: {
        status: 0,
        code: 'page/no-answer',
        message: 'The service does not answer.',
        hint: 'Is `denytrace serve` still running?',
      },
    }
  }
}

export const diagnose = (body: DiagnoseBody, signal?: AbortSignal): Promise<Asked<DiagnoseAnswer>> =>
  ask('/api/diagnose', body, signal)

export const snapshots = (): Promise<Asked<SnapshotsAnswer>> => ask('/api/snapshots')
