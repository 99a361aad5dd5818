// Runs a suite where there is no test runner, one test after the other.

/**
 * @param {{ name: string, run: () => void | Promise<void> }[]} tests
 * @returns {Promise<{ passed: number, failures: string[] }>}
 */
export async function runAll(tests) {
  const failures = []
  for (const { name, run } of tests) {
    try {
      await run()
    } catch (error) {
      failures.push(`${name}\n    ${error?.stack ?? String(error)}`)
    }
  }
  return { passed: tests.length - failures.length, failures }
}

/** What a runner prints; throws where a test failed, or where none ran. */
export function summary(runtime, { passed, failures }) {
  if (failures.length > 0 || passed === 0) {
    const counts = `${passed} passed, ${failures.length} failed`
    throw new Error(`${runtime}: ${counts}\n${failures.join('\n')}`)
  }
  return `${runtime}: ${passed} passed`
}
