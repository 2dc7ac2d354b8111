// What the person does, sent to the server; a refusal is an error whose message is a sentence for them.

export class RefusedError extends Error {}

const UNREACHABLE = "The playground does not answer. Nothing was lost; it is tried again as soon as it is back.";

async function post(address, body) {
  let answer;
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    answer = await response.json();
  } catch {
    throw new RefusedError(UNREACHABLE);
  }
  if (!answer.ok) throw new RefusedError(answer.error ?? "That did not work. Please try again.");
  return answer.result;
}

/** Does something as a person. Throws RefusedError. */
export const actAs = (person, name, given) => post(`/page/act/${name}`, { as: person, ...given });

/** Does something to the playground itself. Throws RefusedError. */
export const doThis = (name, given) => post(`/page/do/${name}`, given);

/** Says in words what Slack shows when the app did not take a gesture; null if all is well. */
export function failure(outcome, what) {
  if (!outcome?.error) return null;
  if (outcome.error === "operation_timeout") return `${what} failed because the app did not answer in time.`;
  if (outcome.error === "dispatch_failed") return `${what} failed because the app could not be reached.`;
  return `${what} failed: ${outcome.error}`;
}
