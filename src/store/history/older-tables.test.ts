import assert from 'node:assert/strict'
import { test } from 'node:test'
import { historyStore } from './history-store.ts'
import { QueryError } from './query-error.ts'

test('tables of history that were made before a column came are read, the column null', async () => {
  const asked: string[] = []
  const store = historyStore({
    name: 'trino://h/c/s',
    dialect: 'trino',
    run: async ({ text }) => {
      asked.push(text)
      if (/(?<!as )authorization_id/.test(text))
        throw new QueryError('refused', 'COLUMN_NOT_FOUND', "line 1:8: Column 'authorization_id' cannot be resolved")
      return [{ event_id: 'e-1', authorization_id: null }]
    },
  })
  assert.equal((await store.byId('e-1'))[0]?.authorizationId, null)
  assert.equal((await store.byId('e-1')).length, 1)
  assert.equal(asked.length, 3, 'it is asked in vain once')
  assert.match(asked[2] ?? '', /cast\(null as varchar\) as authorization_id/)
})

test('another fault stays one', async () => {
  const store = historyStore({
    name: 'trino://h/c/s',
    dialect: 'trino',
    run: async () => {
      throw new QueryError('refused', 'COLUMN_NOT_FOUND', "Column 'rest' cannot be resolved")
    },
  })
  await assert.rejects(store.byId('e-1'), { code: 'store/query-failed' })
})
