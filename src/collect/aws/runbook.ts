import {
  DescribeDocumentCommand,
  GetAutomationExecutionCommand,
  SSMClient,
  StartAutomationExecutionCommand,
} from '@aws-sdk/client-ssm'
import { type AwsSettings, openAccess } from './account-access.ts'

/** An execution as AWS last told it. */
export interface Execution {
  readonly id: string
  readonly document: string
  readonly status: string
  readonly parameters: Readonly<Record<string, readonly string[]>>
  readonly outputs: Readonly<Record<string, readonly string[]>>
  readonly failure: string | undefined
}

/** How an execution is waited for. */
export interface Waiting {
  readonly everyMs: number
  readonly mostMs: number
  readonly isUnderWay: (status: string) => boolean
  /** Called after each look. */
  readonly tell: (status: string) => void
}

export interface Runbooks {
  /** The parameters that a runbook has (ssm:DescribeDocument). */
  readonly parametersOf: (
    document: string,
  ) => Promise<readonly { readonly name: string; readonly hasDefault: boolean }[]>
  /** Starts it, and gives the id of the execution (ssm:StartAutomationExecution). */
  readonly start: (document: string, parameters: Readonly<Record<string, readonly string[]>>) => Promise<string>
  /** Looks until it has ended or the time is over (ssm:GetAutomationExecution). */
  readonly wait: (id: string, waiting: Waiting) => Promise<Execution>
}

/** Runbooks of the caller's account and Region. Throws what the SDK throws. */
export async function openRunbooks(settings: Omit<AwsSettings, 'concurrency'>): Promise<Runbooks> {
  const { own } = await openAccess({ ...settings, concurrency: 1 })
  const client = own.client(SSMClient)
  const look = (id: string): Promise<Execution> => executionOf(client, id)
  return {
    parametersOf: async (document) => {
      const { Document } = await client.send(new DescribeDocumentCommand({ Name: document }))
      return (Document?.Parameters ?? []).flatMap(({ Name, DefaultValue }) =>
        Name === undefined ? [] : [{ name: Name, hasDefault: DefaultValue !== undefined }],
      )
    },
    start: async (document, parameters) => {
      const Parameters = Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]))
      const { AutomationExecutionId } = await client.send(
        new StartAutomationExecutionCommand({ DocumentName: document, Parameters }),
      )
      return AutomationExecutionId ?? ''
    },
    wait: async (id, { everyMs, mostMs, isUnderWay, tell }) => {
      const end = Date.now() + mostMs
      for (;;) {
        const execution = await look(id)
        tell(execution.status)
        if (!isUnderWay(execution.status) || Date.now() + everyMs > end) return execution
        await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
    },
  }
}

async function executionOf(client: SSMClient, id: string): Promise<Execution> {
  const { AutomationExecution: found } = await client.send(
    new GetAutomationExecutionCommand({ AutomationExecutionId: id }),
  )
  return {
    id,
    document: found?.DocumentName ?? '',
    status: found?.AutomationExecutionStatus ?? 'Pending',
    parameters: found?.Parameters ?? {},
    outputs: found?.Outputs ?? {},
    failure: found?.FailureMessage,
  }
}
