import React, { useRef } from 'react';
import { useSearchParams } from 'next/navigation';
import DOMPurify from 'dompurify';

export function Comment(props) {
  const box = useRef(null);
  const show = () => {
    // ruleid: javascript.xss.react-ref-markup
    box.current.innerHTML = props.body;
    // ok: javascript.xss.react-ref-markup
    box.current.innerHTML = DOMPurify.sanitize(props.body);
    // ok: javascript.xss.react-ref-markup
    box.current.textContent = props.body;
  };
  // ruleid: javascript.xss.react-dangerous-html, javascript.xss.react-dangerous-html-any
  const raw = <p dangerouslySetInnerHTML={{ __html: props.comment }} />;
  // ok: javascript.xss.react-dangerous-html
  // ruleid: javascript.xss.react-dangerous-html-any
  const clean = <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(props.comment) }} />;
  // ok: javascript.xss.react-dangerous-html, javascript.xss.react-dangerous-html-any
  const space = <p dangerouslySetInnerHTML={{ __html: '&nbsp;' }} />;
  return (
    <div ref={box} onClick={show}>
      {raw}
      {clean}
      {space}
      <p>{props.comment}</p>
    </div>
  );
}

export function Back() {
  const params = useSearchParams();
  const target = params.get('back');
  // ruleid: javascript.xss.react-script-href
  const back = <a href={target}>Back</a>;
  // ok: javascript.xss.react-script-href
  const list = <a href={`/list?page=${target}`}>List</a>;
  // ruleid: javascript.web.target-blank-without-noopener
  const more = <a href="https://example.com" target="_blank">More</a>;
  // ok: javascript.web.target-blank-without-noopener
  const safe = <a href="https://example.com" target="_blank" rel="noopener">More</a>;
  return [back, list, more, safe];
}

export function Compiled({ body }) {
  // ok: javascript.xss.react-dangerous-html
  return _jsx("script", { dangerouslySetInnerHTML: { __html: escapeForScript(body) } });
}
