import json
import os
import subprocess

import langchain_community.tools
import streamlit as st
from datasets import load_dataset
from flask import Flask, request
from langchain_community.vectorstores import FAISS
from langchain_experimental.tools import PythonREPLTool
from openai import OpenAI
from transformers import AutoModel

app = Flask(__name__)
client = OpenAI()


def ask(cursor, question):
    answer = client.chat.completions.create(model="example", messages=[{"role": "user", "content": question}])
    text = answer.choices[0].message.content
    # ruleid: python.llm.output-execution
    exec(text)
    # ok: python.llm.output-execution
    data = json.loads(text)
    # ruleid: python.llm.output-command
    subprocess.run(text, shell=True)
    # ok: python.llm.output-command
    subprocess.run(["/bin/ls", "/srv"])
    # ruleid: python.llm.output-query
    cursor.execute(text)
    # ok: python.llm.output-query
    cursor.execute("INSERT INTO answers VALUES (?)", (text,))
    # ruleid: python.llm.output-markup
    st.markdown(text, unsafe_allow_html=True)
    # ok: python.llm.output-markup
    st.markdown(text)
    return data


@app.route("/chat")
def chat():
    style = request.args["style"]
    return client.chat.completions.create(
        model="example",
        messages=[
            # ruleid: python.llm.request-system-prompt
            {"role": "system", "content": "Answer in the style " + style},
            # ok: python.llm.request-system-prompt
            {"role": "user", "content": style},
        ],
    )


def chains(embeddings, folder):
    # ruleid: python.llm.langchain-dangerous-option
    store = FAISS.load_local(folder, embeddings, allow_dangerous_deserialization=True)
    # ok: python.llm.langchain-dangerous-option
    other = FAISS.load_local(folder, embeddings)
    # ruleid: python.llm.python-tool
    tool = PythonREPLTool()
    # ok: python.llm.python-tool
    search = langchain_community.tools.DuckDuckGoSearchRun()
    # ruleid: python.llm.shell-tool
    shell = langchain_community.tools.ShellTool()
    # ok: python.llm.shell-tool
    files = langchain_community.tools.ReadFileTool()
    return store, other, tool, search, shell, files


def models(name, revision):
    # ruleid: python.llm.trust-remote-code, python.llm.unpinned-download
    a = AutoModel.from_pretrained("example/model", trust_remote_code=True)
    # ruleid: python.llm.unpinned-download
    b = AutoModel.from_pretrained(name)
    # ruleid: python.llm.unpinned-download
    c = load_dataset("example/data", revision="main")
    # ok: python.llm.trust-remote-code, python.llm.unpinned-download
    d = AutoModel.from_pretrained("example/model", revision="0123456789abcdef")
    # ok: python.llm.unpinned-download
    e = AutoModel.from_pretrained("./model")
    # ok: python.llm.unpinned-download
    f = load_dataset("example/data", revision=os.environ.get("REVISION"))
    # ok: python.llm.unpinned-download
    g = load_dataset("example/data", revision=revision)
    return a, b, c, d, e, f, g
