import OpenAI from 'openai';
import Anthropic from '@anthropic-ai/sdk';
import { execSync } from 'child_process';
import { ShellTool } from './tools';
const client = new OpenAI();
const claude = new Anthropic();

export async function run(task: string, box: HTMLElement, db: Pool) {
  const answer = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: task }] });
  const text = answer.choices[0].message.content;
  // ruleid: javascript.llm.output-evaluated
  eval(text);
  // ruleid: javascript.llm.output-evaluated
  execSync(text);
  // ok: javascript.llm.output-evaluated
  const data = JSON.parse(text);
  // ruleid: javascript.llm.output-as-markup
  box.innerHTML = text;
  // ok: javascript.llm.output-as-markup
  box.textContent = text;
  // ruleid: javascript.llm.output-in-sql
  await db.query(text);
  // ok: javascript.llm.output-in-sql
  await db.query('INSERT INTO answers (text) VALUES ($1)', [text]);
  return data;
}

export async function POST(request: Request) {
  const body = await request.json();
  // ruleid: javascript.llm.request-in-system-prompt
  await claude.messages.create({ model: 'm', max_tokens: 100, system: `You are ${body.persona}`, messages: [] });
  // ok: javascript.llm.request-in-system-prompt
  await claude.messages.create({ model: 'm', max_tokens: 100, system: 'Answer', messages: [{ role: 'user', content: body.text }] });
}

// ruleid: javascript.llm.key-in-browser
const page = new OpenAI({ apiKey: key, dangerouslyAllowBrowser: true });
// ok: javascript.llm.key-in-browser
const server = new OpenAI({ apiKey: key });
// ruleid: javascript.llm.code-tool
const tools = [new ShellTool()];
// ok: javascript.llm.code-tool
const safe = [new WeatherTool()];
