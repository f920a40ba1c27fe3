/**
 * A server on this machine that answers calls of AWS as a test says. It speaks the protocols of the services it is asked
 * for (query, JSON 1.1, REST with JSON). Where AWS's API models are installed, every request and every answer is held
 * against them, and what does not fit stands in `violations`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultsOf, type Service } from './api-models.ts'

export interface Call {
  /** `sts:GetCallerIdentity` */
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

export class Fault extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export type Answer = (input: Call['input']) => object | Fault

export interface Loopback {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** Every call but those for the caller's identity, in order. */
  readonly calls: Call[]
  readonly violations: string[]
  readonly on: (name: string, answer: Answer) => void
  /** Forgets calls, violations and answers. */
  readonly reset: () => void
  readonly close: () => void
}

const CALLER = { Arn: 'arn:aws:iam::111122223333:user/ops', UserId: 'AIDAEXAMPLE', Account: '111122223333' }
const IDENTITY = 'sts:GetCallerIdentity'

export async function startLoopback(): Promise<Loopback> {
  const answers = new Map<string, Answer>()
  const calls: Call[] = []
  const violations: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      const asked = readCall(request, body)
      const name = `${asked.service}:${asked.operation}`
      violations.push(...faultsOf(asked.service, asked.operation, 'input', asked.input, asked.protocol === 'query'))
      if (name !== IDENTITY) calls.push({ name, input: asked.input })
      const answer =
        answers.get(name)?.(asked.input) ?? new Fault('InternalFailure', `${name} is not answered here`, 500)
      if (!(answer instanceof Fault)) violations.push(...faultsOf(asked.service, asked.operation, 'output', answer))
      write(response, asked, answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const reset = (): void => {
    answers.clear()
    answers.set(IDENTITY, () => CALLER)
    calls.length = 0
    violations.length = 0
  }
  reset()
  return {
    url,
    env: environment(url),
    calls,
    violations,
    on: (name, answer) => void answers.set(name, answer),
    reset,
    close: () => void server.close(),
  }
}

/** What a process needs to call there and nowhere else. */
export const environment = (url: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
})

interface Asked {
  readonly protocol: 'query' | 'json' | 'rest'
  readonly service: Service
  readonly operation: string
  readonly input: Record<string, unknown>
}

const TARGETS: Readonly<Record<string, Service>> = {
  CloudTrail_20131101: 'cloudtrail',
  AmazonSSM: 'ssm',
  AWSOrganizationsV20161128: 'organizations',
  SWBExternalService: 'sso',
  TrentService: 'kms',
}
const VERSIONS: Readonly<Record<string, Service>> = { '2011-06-15': 'sts', '2010-05-08': 'iam' }
const PATHS: Readonly<Record<string, string>> = {
  '/policy/check-no-new-access': 'CheckNoNewAccess',
  '/policy/check-access-not-granted': 'CheckAccessNotGranted',
}

function readCall({ headers, url = '' }: IncomingMessage, body: string): Asked {
  const target = headers['x-amz-target']
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.')
    const service = TARGETS[prefix] ?? 'ssm'
    return { protocol: 'json', service, operation, input: JSON.parse(body) as Record<string, unknown> }
  }
  const operation = PATHS[url]
  if (operation !== undefined)
    return {
      protocol: 'rest',
      service: 'access-analyzer',
      operation,
      input: JSON.parse(body) as Record<string, unknown>,
    }
  const { Action = '', Version = '', ...input } = nested(new URLSearchParams(body))
  return { protocol: 'query', service: VERSIONS[String(Version)] ?? 'iam', operation: String(Action), input }
}

/** `A.member.1.B=x` → `{ A: [{ B: 'x' }] }` */
function nested(form: URLSearchParams): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [key, value] of form) {
    const steps = key.split('.').filter((step) => step !== 'member')
    let at: Record<string, unknown> = root
    for (const [i, step] of steps.entries()) {
      const name = /^\d+$/.test(step) ? String(Number(step) - 1) : step
      const next = steps[i + 1]
      if (next === undefined) at[name] = value
      else at = (at[name] ??= /^\d+$/.test(next) ? [] : {}) as Record<string, unknown>
    }
  }
  return root
}

function write(response: ServerResponse, { protocol, operation }: Asked, answer: object): void {
  if (protocol !== 'query') {
    const isFault = answer instanceof Fault
    const type = protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json'
    const headers = { 'content-type': type, ...(isFault ? { 'x-amzn-errortype': answer.code } : {}) }
    const body = isFault ? { __type: answer.code, message: answer.message } : answer
    response.writeHead(isFault ? answer.status : 200, headers).end(JSON.stringify(body))
    return
  }
  const headers = { 'content-type': 'text/xml' }
  if (answer instanceof Fault) {
    const { code, message } = answer
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`
    response.writeHead(answer.status, headers).end(`<ErrorResponse>${error}<RequestId>r-1</RequestId></ErrorResponse>`)
    return
  }
  const result = `<${operation}Result>${xml(answer)}</${operation}Result>`
  response.writeHead(200, headers).end(`<${operation}Response>${result}</${operation}Response>`)
}

const xml = (value: unknown): string =>
  Array.isArray(value)
    ? value.map((one) => `<member>${xml(one)}</member>`).join('')
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([name, one]) => `<${name}>${xml(one)}</${name}>`)
          .join('')
      : escaped(String(value))

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
