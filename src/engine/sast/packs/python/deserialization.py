# ruleid: python.deserialization.pickle-import
import pickle
# ruleid: python.deserialization.pickle-import
from shelve import open as open_shelf
# ok: python.deserialization.pickle-import
import json
import marshal

import joblib
import jsonpickle
import keras
import kombu
import numpy as np
import pandas as pd
import requests
import ruamel.yaml
import torch
import yaml
from flask import request
from ruamel.yaml import YAML


def load_all(path, blob, loader):
    with open(path, "rb") as handle:
        # ruleid: python.deserialization.pickle-load
        state = pickle.load(handle)
    # ruleid: python.deserialization.pickle-load
    other = pickle.loads(blob)
    # ruleid: python.deserialization.pickle-load
    frame = pd.read_pickle(path)
    # ruleid: python.deserialization.pickle-load
    shelf = open_shelf(path)
    # ruleid: python.deserialization.pickle-load
    decoded = jsonpickle.decode(blob)
    # ok: python.deserialization.pickle-load
    text = pickle.dumps(state)
    # ok: python.deserialization.pickle-load
    plain = json.loads(blob)
    # ruleid: python.deserialization.marshal-load
    code = marshal.loads(blob)
    # ok: python.deserialization.marshal-load
    raw = marshal.dumps(code)
    return state, other, frame, shelf, decoded, text, plain, raw


def copies(value, blob):
    # ok: python.deserialization.pickle-load
    # ruleid: python.deserialization.pickle-copy
    first = pickle.loads(pickle.dumps(value))
    data = pickle.dumps(value, 2)
    # ok: python.deserialization.pickle-load
    # ruleid: python.deserialization.pickle-copy
    second = pickle.loads(data)
    # ruleid: python.deserialization.pickle-load
    # ok: python.deserialization.pickle-copy
    third = pickle.loads(blob)
    return first, second, third


def from_request():
    # ruleid: python.deserialization.request-pickle, python.deserialization.pickle-load
    session = pickle.loads(request.cookies["session"])
    body = request.get_data()
    # ruleid: python.deserialization.request-pickle, python.deserialization.yaml-unsafe-load
    config = yaml.unsafe_load(body)
    # ok: python.deserialization.request-pickle
    data = json.loads(body)
    return session, config, data


def yaml_documents(stream, CustomLoader):
    # ruleid: python.deserialization.yaml-load
    a = yaml.load(stream)
    # ruleid: python.deserialization.yaml-load
    b = yaml.load(stream, Loader=yaml.FullLoader)
    # ruleid: python.deserialization.yaml-load
    c = yaml.load(stream, yaml.UnsafeLoader)
    # ok: python.deserialization.yaml-load, python.deserialization.yaml-custom-loader
    d = yaml.load(stream, Loader=yaml.SafeLoader)
    # ok: python.deserialization.yaml-load, python.deserialization.yaml-custom-loader
    e = yaml.load(stream, yaml.CSafeLoader)
    # ruleid: python.deserialization.yaml-custom-loader
    f = yaml.load(stream, Loader=CustomLoader)
    # ruleid: python.deserialization.yaml-custom-loader
    g = yaml.load(stream, Loader=yaml.BaseLoader)
    # ok: python.deserialization.yaml-load
    # ruleid: python.deserialization.yaml-load-literal
    yaml.load("a: 1")
    # ok: python.deserialization.yaml-load-literal
    yaml.load("a: 1", Loader=yaml.SafeLoader)
    # ok: python.deserialization.yaml-unsafe-load
    h = yaml.safe_load_all(stream)
    # ruleid: python.deserialization.yaml-unsafe-load
    i = yaml.load_all(stream)
    # ruleid: python.deserialization.yaml-unsafe-load
    j = yaml.full_load(stream)
    # ok: python.deserialization.yaml-unsafe-load
    k = yaml.load_all(stream, Loader=yaml.SafeLoader)
    return a, b, c, d, e, f, g, h, i, j, k


def ruamel_documents(stream):
    # ruleid: python.deserialization.ruamel-unsafe
    unsafe = YAML(typ="unsafe")
    # ok: python.deserialization.ruamel-unsafe
    safe = ruamel.yaml.YAML(typ="safe")
    return unsafe.load(stream), safe.load(stream)


def round_trip(stream):
    yaml = YAML()
    # ok: python.deserialization.yaml-load
    return yaml.load(stream)


def models(path):
    # ruleid: python.deserialization.torch-load
    net = torch.load(path)
    # ruleid: python.deserialization.torch-load
    net = torch.load(path, weights_only=False)
    # ok: python.deserialization.torch-load
    net = torch.load(path, weights_only=True)
    # ruleid: python.deserialization.numpy-pickle
    array = np.load(path, allow_pickle=True)
    # ok: python.deserialization.numpy-pickle
    array = np.load(path)
    # ruleid: python.deserialization.joblib-load
    model = joblib.load(path)
    # ok: python.deserialization.joblib-load
    joblib.dump(model, path)
    # ruleid: python.deserialization.keras-unsafe
    keras_model = keras.models.load_model(path, safe_mode=False)
    # ok: python.deserialization.keras-unsafe
    keras_model = keras.models.load_model(path)
    return net, array, keras_model


def workers(app):
    # ruleid: python.deserialization.celery-pickle
    app.conf.update(accept_content=["json", "pickle"])
    # ruleid: python.deserialization.celery-pickle
    app.conf.task_serializer = "pickle"
    # ruleid: python.deserialization.celery-pickle
    kombu.enable_insecure_serializers()
    # ok: python.deserialization.celery-pickle
    app.conf.update(accept_content=["json"], task_serializer="json")


def peers(sock, zmq_socket):
    data = sock.recv(4096)
    # ruleid: python.deserialization.socket-pickle, python.deserialization.pickle-load
    message = pickle.loads(data)
    # ok: python.deserialization.socket-pickle
    safe = json.loads(data)
    # ruleid: python.deserialization.zmq-pyobj
    job = zmq_socket.recv_pyobj()
    # ok: python.deserialization.zmq-pyobj
    job = zmq_socket.recv_json()
    return message, safe, job


def download(url):
    response = requests.get(url, timeout=10)
    # ruleid: python.deserialization.http-download-pickle, python.deserialization.pickle-load
    state = pickle.loads(response.content)
    # ok: python.deserialization.http-download-pickle
    other = response.json()
    return state, other
