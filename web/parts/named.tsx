import { listName } from '../answer/names.ts'

/** A caller or resource of a list: its name, and its account muted behind, so that two accounts' are told apart. */
export function Named({ arn, none = 'not told' }: { readonly arn: string | null; readonly none?: string }) {
  if (arn === null || arn === '') return <span class="muted">{none}</span>
  const { name, account } = listName(arn)
  return (
    <span class="named" title={arn}>
      <code>{name}</code>
      {account === '' ? null : (
        <>
          {' '}
          <span class="acct">{account}</span>
        </>
      )}
    </span>
  )
}
