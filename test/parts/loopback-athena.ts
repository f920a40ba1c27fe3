import { randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'

export interface LoopbackAthena {
  readonly url: string
  /** Names of the calls that came, in their order. */
  readonly calls: readonly string[]
  readonly stop: () => void
}

interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly unknown[])[]
}

interface Execution {
  polls: number
  answer?: Answer
  error?: string
}

/**
 * A server that speaks Athena's protocol (AWS JSON 1.1) on loopback, and has another engine answer the queries. As Athena
 * does, it turns some starts away, takes its time, gives pages, with the names of the columns as the first row, and leaves
 * out the value of a null.
 */
export async function startLoopbackAthena(
  run: (text: string) => Promise<Answer>,
  { pageRows = 7, turnedAway = 1 } = {},
): Promise<LoopbackAthena> {
  const calls: string[] = []
  const executions = new Map<string, Execution>()
  let left = turnedAway
  const json = (response: ServerResponse, body: object, status = 200): void =>
    void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))

  const answers: Record<string, (input: Record<string, string>, response: ServerResponse) => void> = {
    StartQueryExecution: ({ QueryString = '' }, response) => {
      if (left-- > 0) return json(response, { __type: 'TooManyRequestsException', Message: 'slow down' }, 400)
      const id = randomUUID()
      const execution: Execution = { polls: 0 }
      executions.set(id, execution)
      run(QueryString).then(
        (answer) => (execution.answer = answer),
        (error: Error) => (execution.error = error.message),
      )
      return json(response, { QueryExecutionId: id })
    },
    GetQueryExecution: ({ QueryExecutionId = '' }, response) => {
      const execution = executions.get(QueryExecutionId)
      if (execution === undefined)
        return json(response, { __type: 'InvalidRequestException', Message: 'no query' }, 400)
      execution.polls++
      const { answer, error, polls } = execution
      const State =
        error !== undefined ? 'FAILED' : polls < 2 ? 'QUEUED' : answer === undefined ? 'RUNNING' : 'SUCCEEDED'
      return json(response, { QueryExecution: { QueryExecutionId, Status: { State, StateChangeReason: error } } })
    },
    GetQueryResults: ({ QueryExecutionId = '', NextToken = '0' }, response) => {
      const { columns, rows } = executions.get(QueryExecutionId)?.answer ?? { columns: [], rows: [] }
      const all = [columns.map(({ name }) => name), ...rows]
      const from = Number(NextToken)
      const end = from + pageRows
      return json(response, {
        ResultSet: {
          Rows: all.slice(from, end).map((cells) => ({
            Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: String(cell) })),
          })),
          ResultSetMetadata: {
            ColumnInfo: columns.map(({ name, type }) => ({ Name: name, Type: type.replace(/\(.*$/, '') })),
          },
        },
        ...(end < all.length ? { NextToken: String(end) } : {}),
      })
    },
    StopQueryExecution: (_, response) => json(response, {}),
  }

  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      const target = String(request.headers['x-amz-target'] ?? '')
      const name = target.slice(target.indexOf('.') + 1)
      calls.push(name === '' ? 'GetCallerIdentity' : name)
      if (name === '') response.end(IDENTITY)
      else answers[name]?.(JSON.parse(body) as Record<string, string>, response)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::111122223333:user/ann</Arn><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`
