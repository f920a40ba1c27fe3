import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { type AwsSettings, openAccess } from './account-access.ts'

/** Where queries run; the rest is the workgroup's. */
export interface AthenaTarget {
  readonly database: string
  readonly catalog: string
  readonly workgroup: string
  readonly region: string | undefined
  readonly output: string | undefined
}

/** The calls of Athena that a query needs, each with the SDK's tries and pauses. */
export async function athenaCalls(
  { database, catalog, workgroup, region, output }: AthenaTarget,
  settings: Pick<AwsSettings, 'profile' | 'endpoint'> = {},
) {
  const { own } = await openAccess({ ...settings, ...(region === undefined ? {} : { region }), concurrency: 4 })
  const client = own.client(AthenaClient)
  return {
    start: async (text: string, token: string): Promise<string> => {
      const { QueryExecutionId } = await client.send(
        new StartQueryExecutionCommand({
          QueryString: text,
          ClientRequestToken: token,
          QueryExecutionContext: { Database: database, Catalog: catalog },
          WorkGroup: workgroup,
          ...(output === undefined ? {} : { ResultConfiguration: { OutputLocation: output } }),
        }),
      )
      return QueryExecutionId ?? ''
    },
    state: async (id: string) => {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }))
      const { State, StateChangeReason, AthenaError } = QueryExecution?.Status ?? {}
      return {
        state: State ?? 'FAILED',
        why: StateChangeReason ?? AthenaError?.ErrorMessage ?? 'Athena gives no reason',
        isRetryable: AthenaError?.Retryable === true,
      }
    },
    page: async (id: string, next: string | undefined) => {
      const { ResultSet, NextToken } = await client.send(
        new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1000, ...(next ? { NextToken: next } : {}) }),
      )
      return {
        columns: (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({
          name: Name ?? '',
          type: Type ?? 'varchar',
        })),
        rows: (ResultSet?.Rows ?? []).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null)),
        next: NextToken,
      }
    },
    stop: async (id: string): Promise<void> => {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
    },
  }
}
