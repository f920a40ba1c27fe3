/** A snapshot that is asked many times answers as one that is asked once. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { evaluateRequest } from '#app/evaluate.ts'
import { loadSnapshot } from '#collect/folder.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'examples', 'kms-behind-s3', 'snapshot')
const ROLES = ['deploy-role', 'artifact-reader', 'nobody-of-this-name']
const ACTIONS = ['s3:PutObject', 's3:GetObject', 's3:ListBucket', 'kms:Decrypt', 'organizations:LeaveOrganization']
const RESOURCES = ['arn:aws:s3:::prod-artifacts/releases/app.zip', 'arn:aws:s3:::staging-artifacts', '*']

test('whatever was asked before, and beyond the point at which policies are read anew', async () => {
  const busy = await loadSnapshot(FOLDER)
  const requests = ROLES.flatMap((role) =>
    ACTIONS.flatMap((action) =>
      RESOURCES.map((resource) => ({ principal: `arn:aws:iam::111122223333:role/${role}`, action, resource })),
    ),
  )
  // 45 requests, some two hundred and fifty questions with what each needs next.
  for (const chain of [false, true, false, true, true])
    for (const request of requests) {
      const fresh = await loadSnapshot(FOLDER)
      const [got, want] = [busy, fresh].map((snapshot) =>
        JSON.stringify(evaluateRequest(snapshot, request, { chain }).decision),
      )
      assert.equal(got, want, JSON.stringify(request))
    }
})
