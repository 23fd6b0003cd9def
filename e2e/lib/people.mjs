// Sample people of the demonstration installation, each with a page and cookies of their own.

export const password = 'Luodi-2026-Demo';

/** Opens a page and signs in as the sample account. */
export async function signIn(browser, program, login, options) {
  const page = await browser.newPage(options);
  await page.goto(`${program.url}/sign-in`);
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', password);
  await page.follow('button[type=submit]');
  return page;
}

/** The sample project of a line of the public list. */
export const sample = (line) => `/projects/01900000-0000-7000-8000-${String(line).padStart(12, '0')}`;

/** The day so many days from today, as 2025-07-30, in the time of China. */
export function day(offset = 0) {
  return new Date(Date.now() + 8 * 3_600_000 + offset * 86_400_000).toISOString().slice(0, 10);
}
